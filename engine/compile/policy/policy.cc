#include "engine/compile/policy/policy.h"

namespace vigil::policy {

std::string_view name(BinaryFilter::Key key) {
  switch (key) {
    case BinaryFilter::Key::own: return "matchBinaries";
    case BinaryFilter::Key::parent: return "matchParentBinaries";
    case BinaryFilter::Key::ancestors: return "matchAncestors";
  }
  return {};
}

std::string_view name(ProcessFilter::Key key) {
  switch (key) {
    case ProcessFilter::Key::namespaces: return "matchNamespaces";
    case ProcessFilter::Key::capabilities: return "matchCapabilities";
    case ProcessFilter::Key::namespace_changes: return "matchNamespaceChanges";
    case ProcessFilter::Key::capability_changes: return "matchCapabilityChanges";
    case ProcessFilter::Key::credentials: return "matchCurrentCred";
  }
  return {};
}

}  // namespace vigil::policy

#include "engine/api/status_service.h"

#include "engine/api/utf8_message.h"

namespace vigil::api {

grpc::ServerUnaryReactor* StatusService::GetStatus(grpc::CallbackServerContext* context,
                                                   const v1::GetStatusRequest*,
                                                   v1::GetStatusResponse* response) {
  auto* reactor = context->DefaultReactor();
  work_.post([this, reactor, response] {
    *response = source_();
    make_utf8(*response);
    reactor->Finish(grpc::Status::OK);
  });
  return reactor;
}

}  // namespace vigil::api

#include "engine/elf/digest.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gelf.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <span>
#include <string_view>

#include "engine/elf/elf_handle.h"

namespace vigil::elf {
namespace {

constexpr std::string_view owner("GNU\0", 4);

struct HashCloser {
  void operator()(EVP_MD_CTX* hash) const { EVP_MD_CTX_free(hash); }
};
using Hash = std::unique_ptr<EVP_MD_CTX, HashCloser>;

const EVP_MD* algorithm_of(check::DigestKind kind) {
  switch (kind) {
    case check::DigestKind::sha1: return EVP_sha1();
    case check::DigestKind::sha256: return EVP_sha256();
    case check::DigestKind::sha384: return EVP_sha384();
    case check::DigestKind::sha512: return EVP_sha512();
    case check::DigestKind::build_id: return nullptr;
  }
  return nullptr;
}

std::string hex(std::span<const unsigned char> bytes) {
  return fmt::format("{:02x}", fmt::join(bytes, ""));
}

Result<void> add_all(const UniqueFd& file, EVP_MD_CTX* hash) {
  std::array<unsigned char, 65'536> bytes;
  for (off_t at = 0;;) {
    const ssize_t size = pread(file.get(), bytes.data(), bytes.size(), at);
    if (size < 0) return Error::from_errno("reading it");
    if (size == 0) return {};
    EVP_DigestUpdate(hash, bytes.data(), static_cast<std::size_t>(size));
    at += size;
  }
}

}  // namespace

Result<std::string> hash(const UniqueFd& file, check::DigestKind kind) {
  const Hash hash(EVP_MD_CTX_new());
  if (hash == nullptr || EVP_DigestInit_ex(hash.get(), algorithm_of(kind), nullptr) != 1)
    return Error("this system's OpenSSL does not compute such a digest");
  TRY_VOID(add_all(file, hash.get()));
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int size = 0;
  if (EVP_DigestFinal_ex(hash.get(), digest.data(), &size) != 1)
    return Error("OpenSSL did not finish the digest");
  return hex(std::span(digest).first(size));
}

std::string build_id(Elf* elf) {
  GElf_Shdr header{};
  Elf_Scn* section = find_section(elf, ".note.gnu.build-id", header);
  Elf_Data* data = section == nullptr ? nullptr : elf_getdata(section, nullptr);
  if (data == nullptr) return {};
  const std::span bytes(static_cast<const unsigned char*>(data->d_buf), data->d_size);
  GElf_Nhdr note{};
  std::size_t name_at = 0, id_at = 0;
  for (std::size_t at = 0; (at = gelf_getnote(data, at, &note, &name_at, &id_at)) != 0;) {
    const auto name = bytes.subspan(name_at, note.n_namesz);
    if (note.n_type == NT_GNU_BUILD_ID && std::ranges::equal(name, owner))
      return hex(bytes.subspan(id_at, note.n_descsz));
  }
  return {};
}

}  // namespace vigil::elf

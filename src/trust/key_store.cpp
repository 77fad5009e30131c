#include "trust/key_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

#include "trust/private_file.h"

namespace longmen::trust {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> io_error(const char* what, const fs::path& file) {
  return fail(ErrorCode::kIo, fmt::format("{}: {}", what, std::strerror(errno)), file.string());
}

/// Only one process at a time makes or changes keys.
class FolderLock {
 public:
  static Result<FolderLock> take(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    const fs::path file = folder / "lock";
    const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return io_error("cannot make keys", file);
    FolderLock lock(fd);
    if (::chmod(folder.c_str(), 0700) != 0) return io_error("cannot protect the keys", folder);
    while (::flock(fd, LOCK_EX) != 0)
      if (errno != EINTR) return io_error("cannot lock the keys", file);
    return lock;
  }
  FolderLock(FolderLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FolderLock& operator=(FolderLock&&) = delete;
  ~FolderLock() {
    if (fd_ >= 0) ::close(fd_);
  }

 private:
  explicit FolderLock(int fd) : fd_(fd) {}
  int fd_;
};

Result<std::string> read_small(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return io_error("cannot read", file);
  std::string text(64 * 1024, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return text;
}

std::string random_name(KeyUse use) {
  std::array<std::uint8_t, 4> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  return fmt::format("longmen.local/{:02x}{:02x}{:02x}{:02x}/{}", bytes[0], bytes[1], bytes[2],
                     bytes[3], name_of(use));
}

}  // namespace

Result<fs::path> data_folder() {
  if (const char* data = std::getenv("XDG_DATA_HOME"); data != nullptr && *data == '/')
    return fs::path(data) / "longmen";
  if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/')
    return fs::path(home) / ".local" / "share" / "longmen";
  return fail(ErrorCode::kNotFound,
              "no folder for this user's data: set HOME or XDG_DATA_HOME to a whole path");
}

Result<KeyStore> KeyStore::of_user() {
  auto folder = data_folder();
  if (!folder) return tl::make_unexpected(folder.error());
  return KeyStore(*folder / "keys");
}

fs::path KeyStore::file(KeyUse use, const char* suffix) const {
  return folder_ / fmt::format("{}.{}", name_of(use), suffix);
}

Result<SigningKey> KeyStore::load(KeyUse use) const {
  const fs::path path = file(use, "key");
  if (is_open_to_others(path))
    return fail(ErrorCode::kInvalidArgument,
                "others may read this private key; run chmod 600 on it if nobody did, else "
                "'./longmen key rotate'",
                path.string());
  auto text = read_small(path);
  if (!text) return tl::make_unexpected(text.error());
  while (text->ends_with('\n')) text->pop_back();
  auto key = SigningKey::parse(*text);
  sodium_memzero(text->data(), text->size());
  if (!key) return fail(key.error().code, key.error().message, path.string());
  return key;
}

Result<SigningKey> KeyStore::replace(KeyUse use, std::string name) const {
  const KeyKind kind = use == KeyUse::kWitness ? KeyKind::kCosignature : KeyKind::kEd25519;
  auto key = SigningKey::make(std::move(name), kind);
  if (!key) return key;
  // The public half first: a key that signs is always known.
  std::ofstream known(file(use, "pub"), std::ios::app);
  known << key->public_key().text() << '\n' << std::flush;
  if (!known) return io_error("cannot write", file(use, "pub"));
  std::string text = key->text() + '\n';
  auto written = write_private(file(use, "key"), text);
  sodium_memzero(text.data(), text.size());
  if (!written) return tl::make_unexpected(written.error());
  return key;
}

Result<SigningKey> KeyStore::key(KeyUse use) const {
  std::error_code error;
  if (fs::exists(file(use, "key"), error)) return load(use);
  const auto lock = FolderLock::take(folder_);
  if (!lock) return tl::make_unexpected(lock.error());
  if (fs::exists(file(use, "key"), error)) return load(use);  // another process was first
  if (sodium_init() < 0) return fail(ErrorCode::kInternal, "the system gives no randomness");
  return replace(use, random_name(use));
}

Result<SigningKey> KeyStore::rotate(KeyUse use) const {
  const auto lock = FolderLock::take(folder_);
  if (!lock) return tl::make_unexpected(lock.error());
  const auto known = public_keys(use);
  if (!known) return tl::make_unexpected(known.error());
  if (sodium_init() < 0) return fail(ErrorCode::kInternal, "the system gives no randomness");
  return replace(use, known->empty() ? random_name(use) : known->back().name());
}

Result<std::vector<PublicKey>> KeyStore::public_keys(KeyUse use) const {
  std::vector<PublicKey> keys;
  std::error_code error;
  if (!fs::exists(file(use, "pub"), error)) return keys;
  const auto text = read_small(file(use, "pub"));
  if (!text) return tl::make_unexpected(text.error());
  std::istringstream lines(*text);
  for (std::string line; std::getline(lines, line);) {
    auto key = PublicKey::parse(line);
    if (!key) return fail(key.error().code, key.error().message, file(use, "pub").string());
    keys.push_back(std::move(*key));
  }
  return keys;
}

Result<void> KeyStore::add_to(TrustRoots& roots) const {
  for (const KeyUse use : kKeyUses) {
    const auto keys = public_keys(use);
    if (!keys) return tl::make_unexpected(keys.error());
    for (const PublicKey& key : *keys) roots.add({use, key, "this machine"});
  }
  return {};
}

Result<TrustRoots> trusted_here(const fs::path& trust_file, const KeyStore& keys) {
  auto roots = TrustRoots::load(trust_file);
  if (!roots) return roots;
  if (auto added = keys.add_to(*roots); !added) return tl::make_unexpected(added.error());
  return roots;
}

}  // namespace longmen::trust

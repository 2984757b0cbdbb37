// A file of users and the hashes of their passwords.
// Holds: what is accepted has a user; every answer about a user is a hash from the file; a refusal
// names the line.

#include "core/base/check.h"
#include "core/session/password_file.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wsb;
  const BytesView text = fuzz::FuzzInput(data, size).rest();
  const Result<session::PasswordFile> file = session::PasswordFile::parse(text);
  if (!file) {
    WSB_CHECK(file.error().code == ErrorCode::invalid_argument);
    const std::string& message = file.error().message;
    WSB_CHECK(message.starts_with("line ") || message == "there is no user in it");
    return 0;
  }
  WSB_CHECK(file->size() > 0);
  for (const std::string_view user : {"ann", "bob", ""}) {
    const session::PasswordFile::Match match = file->find(user);
    WSB_CHECK(match.hash.starts_with('$') && text.find(match.hash) != BytesView::npos);
    if (match.known) WSB_CHECK(text.find(user) != BytesView::npos);
  }
  return 0;
}

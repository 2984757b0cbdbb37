#include "cli/serve_access_options.h"

namespace wsb::cli {
namespace {

constexpr std::string_view kAccess = "Who gets in";

void add_origin_options(std::vector<Option>& options, app::AccessConfig& access) {
  options.insert(
      options.end(),
      {
          {.names = "--origin",
           .value = "PATTERN",
           .group = kAccess,
           .target = &access.origins,
           .brief = "web pages that may connect besides our own",
           .text = "Pages of this origin may use the server from a browser: "
                   "'https://example.com', 'example.com' (http and https), "
                   "'https://*.example.com', 'http://localhost:*' (every port), 'null', or '*' for "
                   "all. Other requests that carry an Origin are answered 403; programs send none. "
                   "Can be given several times.",
           .fallback = "its own, on loopback all of this machine",
           .example = "wsb serve --origin https://app.example.com"},
          {.names = "--cors",
           .group = kAccess,
           .target = &access.cors,
           .brief = "let pages of allowed origins read HTTP answers",
           .text = "Add the fields of CORS to HTTP answers, so that scripts of the pages that "
                   "--origin lets in can read them.",
           .example = "wsb serve --cors --origin https://app.example.com"},
      });
}

void add_token_options(std::vector<Option>& options, app::AccessConfig& access) {
  options.insert(
      options.end(),
      {
          {.names = "--token-file",
           .value = "FILE",
           .group = kAccess,
           .target = &access.token_file,
           .brief = "ask for one of the tokens in FILE",
           .text = "Who connects must send one of the tokens in this file, one a line, as "
                   "'Authorization: Bearer TOKEN'; others are answered 401. Lines that begin with "
                   "'# ' are left out. Pages and files are served without.",
           .fallback = "everybody may connect and publish",
           .example = "wsb serve --token-file tokens.txt",
           .hint = Hint::file},
          {.names = "--token",
           .value = "TEXT",
           .group = kAccess,
           .target = &access.token,
           .brief = "one token more; --token-file keeps it out of ps",
           .text = "One token more. Other users of this machine can read it in the list of "
                   "processes: prefer --token-file, or the variable.",
           .env = "WSB_TOKEN",
           .example = "wsb serve --token $TOKEN"},
          {.names = "--publish-token-file",
           .value = "FILE",
           .group = kAccess,
           .target = &access.publish_token_file,
           .brief = "only the tokens in FILE may publish",
           .text = "Publishing needs one of the tokens in this file; they subscribe too. Those of "
                   "--token-file then only subscribe, and so does everybody where no credentials "
                   "are asked for; a JWT publishes if its claim 'publish' says so. A client that "
                   "sends a message without the right to is closed with 1008.",
           .fallback = "who may connect may publish",
           .example = "wsb serve --publish-token-file publishers.txt",
           .hint = Hint::file},
          {.names = "--token-in-query",
           .group = kAccess,
           .target = &access.token_in_query,
           .brief = "take a token from ?token= as well",
           .text = "Take the token from the query of the URL too, for browsers, whose WebSocket "
                   "cannot send fields. URLs end up in histories and in the logs of proxies.",
           .example = "wsb serve --token-file tokens.txt --token-in-query"},
      });
}

void add_jwt_options(std::vector<Option>& options, app::AccessConfig& access) {
  options.insert(
      options.end(),
      {
          {.names = "--jwt-key",
           .value = "FILE",
           .group = kAccess,
           .target = &access.jwt_key_files,
           .brief = "let in JSON Web Tokens signed with this key",
           .text = "Who connects may send a JSON Web Token in place of a token, signed with the "
                   "key in this file: a public key or certificate in PEM, of RSA (RS256) or on the "
                   "curve P-256 (ES256), or a secret of at least 32 bytes (HS256). Its claims "
                   "'exp' and 'nbf' count; 'rooms', 'publish' and 'subscribe' limit what it "
                   "allows, see WHO GETS IN. Can be given several times, while keys change.",
           .fallback = "no such tokens",
           .example = "wsb serve --jwt-key public.pem --jwt-audience chat",
           .hint = Hint::file},
          {.names = "--jwt-audience",
           .value = "NAME",
           .group = kAccess,
           .target = &access.jwt_audience,
           .brief = "what their claim 'aud' must name",
           .text = "The claim 'aud' of a JSON Web Token must name this. Without the option a token "
                   "that has the claim is for somebody else, and refused.",
           .fallback = "they must have none",
           .example = "wsb serve --jwt-key public.pem --jwt-audience chat"},
          {.names = "--jwt-issuer",
           .value = "NAME",
           .group = kAccess,
           .target = &access.jwt_issuer,
           .brief = "what their claim 'iss' must be",
           .text = "The claim 'iss' of a JSON Web Token must be this.",
           .fallback = "any",
           .example = "wsb serve --jwt-key public.pem --jwt-issuer https://id.example.com"},
      });
}

void add_password_options(std::vector<Option>& options, app::AccessConfig& access) {
  options.push_back({.names = "--basic-auth",
                     .value = "FILE",
                     .group = kAccess,
                     .target = &access.password_file,
                     .brief = "ask for a user and password in FILE",
                     .text = "Who connects must be one of the users in this file, with the "
                             "password (HTTP Basic authentication); pages and files ask too, so "
                             "that a browser asks its user. The file is that of 'htpasswd -B' or "
                             "'mkpasswd -m yescrypt': 'user:hash', one a line; bcrypt, SHA-crypt "
                             "and yescrypt are taken. Use TLS with it.",
                     .fallback = "no passwords",
                     .example = "wsb serve --tls-self-signed --basic-auth users.txt",
                     .hint = Hint::file});
}

}  // namespace

void add_access_options(std::vector<Option>& options, app::ServeConfig& config) {
  add_origin_options(options, config.access);
  add_token_options(options, config.access);
  add_jwt_options(options, config.access);
  add_password_options(options, config.access);
}

}  // namespace wsb::cli

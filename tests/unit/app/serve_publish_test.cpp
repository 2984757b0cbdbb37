#include "core/app/serve_publish.h"

#include <catch2/catch.hpp>
#include <memory>

#include "tests/unit/app/serve_stage.h"

using namespace wsb;
using namespace wsb::app;
using namespace wsb::app::serving;
using Texts = std::vector<std::string>;

namespace {

class Asked final : public net::HttpExchange {
 public:
  explicit Asked(net::HttpRequest request) : request_(std::move(request)) {}
  [[nodiscard]] const net::HttpRequest& request() const override { return request_; }
  void when_gone(std::function<void()>) override {}
  void respond(net::HttpResponse response) override { answer = std::move(response); }
  [[nodiscard]] std::string body() const { return answer.body ? *answer.body : ""; }

  net::HttpResponse answer;

 private:
  net::HttpRequest request_;
};

std::shared_ptr<Asked> post(FakeServer& server, const std::string& type, const std::string& body,
                            const std::string& query = {}, const std::string& method = "POST") {
  net::HttpRequest request;
  request.method = method;
  request.path = "/broadcast";
  request.query = query;
  if (!type.empty()) request.headers.add("Content-Type", type);
  request.body = body;
  const auto asked = std::make_shared<Asked>(std::move(request));
  ServePublish(*server.workers[0]->shard).publish(asked);
  server.settle();
  return asked;
}

}  // namespace

TEST_CASE("a body is published to the clients of all workers, who are counted") {
  FakeServer server(ServeMode::raw, 3);
  std::vector<Client*> clients;
  for (int i = 0; i < 5; ++i) clients.push_back(&server.connect());
  Client& other = server.connect_to("/?room=a");
  const auto asked = post(server, "text/plain", "hi");
  CHECK(asked->answer.status == 200);
  CHECK(asked->body() == "{\"receivers\":5}\n");
  for (Client* client : clients) CHECK(client->received == Texts{"hi"});
  CHECK(other.received.empty());
  CHECK(post(server, "text/plain", "a", "room=a")->body() == "{\"receivers\":1}\n");
  CHECK(other.received == Texts{"a"});
}

TEST_CASE("the type of the body says whether it is a text message or a binary one") {
  FakeServer server(ServeMode::raw);
  Client& client = server.connect();
  for (const char* type : {"text/plain", "Text/HTML; charset=x", "application/json",
                           "application/x-www-form-urlencoded", "application/ld+json", ""}) {
    post(server, type, "t");
    CHECK(client.opcodes.back() == ws::Opcode::text);
  }
  for (const char* type : {"application/octet-stream", "image/png", "nonsense"}) {
    post(server, type, "b");
    CHECK(client.opcodes.back() == ws::Opcode::binary);
  }
  post(server, "", "\xff");
  CHECK(client.opcodes.back() == ws::Opcode::binary);
  CHECK(client.received.size() == 10);
}

TEST_CASE("what cannot be published is refused") {
  FakeServer server(ServeMode::raw);
  Client& client = server.connect();
  CHECK(post(server, "text/plain", "\xff")->answer.status == 400);
  CHECK(post(server, "text/plain", "x", "room=")->answer.status == 400);
  CHECK(post(server, "multipart/form-data; boundary=x", "x")->answer.status == 415);
  const auto got = post(server, "", "", "", "GET");
  CHECK(got->answer.status == 405);
  CHECK(got->answer.headers.find("Allow") == "POST");
  CHECK(client.received.empty());
}

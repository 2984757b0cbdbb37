#include "tests/lint/cpp_text.h"

#include <catch2/catch.hpp>

#include <string>

using namespace wsb::lint;

namespace {

// "name@line+lines" for each function found.
std::string summary(const std::string& text) {
  std::string out;
  for (const FunctionBody& function : find_functions(text)) {
    if (!out.empty()) out += ' ';
    out += function.name + "@" + std::to_string(function.line) + "+" +
           std::to_string(function.lines);
  }
  return out;
}

}  // namespace

TEST_CASE("comments and literals become spaces and lines stay lines") {
  CHECK(blank_comments_and_literals("a // {\nb") == "a     \nb");
  CHECK(blank_comments_and_literals("a /* {\n} */ b") == "a     \n     b");
  CHECK(blank_comments_and_literals("f(\"{\\\"\", '}', '\\'')") == "f(     ,    ,     )");
  CHECK(blank_comments_and_literals("1'000'000; '{'") == "1'000'000;    ");
  CHECK(blank_comments_and_literals("R\"x(\"{)\")x\" {") == "R           {");
  CHECK(blank_comments_and_literals("\"//\" {") == "     {");
}

TEST_CASE("directives become spaces, with their continuation lines") {
  CHECK(blank_directives("#define A \\\n  {\nint x;\n") == "           \n   \nint x;\n");
}

TEST_CASE("functions are found at every level outside functions") {
  CHECK(summary("int f() {\n}\n") == "f@1+2");
  CHECK(summary("namespace a {\nclass B final : public C {\n  void g() const override {\n"
                "    if (x) {\n    }\n  }\n};\n}\n") == "g@3+4");
  CHECK(summary("template <class T, class U = A<B>>\nauto T::f(int x) -> A<int> {\n\n}\n") ==
        "T::f@2+3");
  CHECK(summary("void f() { run([] {\n}); }\nvoid g() {}\n") == "f@1+2 g@3+1");
  CHECK(summary("TEST_CASE(\"a { b\") {\n  x;\n}\n") == "TEST_CASE@1+3");
}

TEST_CASE("a constructor's member list is not its body") {
  CHECK(summary("Foo::Foo(int a)\n    : a_{a}, b_(1), c_{f()} {\n  run();\n}\n") ==
        "Foo::Foo@2+3");
  CHECK(summary("Foo(int a) : a_(a) {\n}\nvoid g() {\n}\n") == "Foo@1+2 g@3+2");
}

TEST_CASE("types, tables and default arguments are not functions") {
  CHECK(summary("struct A {\n  int x = f(1);\n  B b{1};\n};\n").empty());
  CHECK(summary("constexpr A kTable[] = {\n  {f(1), 2},\n  {3, 4},\n};\n").empty());
  CHECK(summary("enum class A : int {\n  a,\n};\nextern \"C\" {\n}\n").empty());
  CHECK(summary("void f(A a = {}) {\n}\n") == "f@1+2");
}

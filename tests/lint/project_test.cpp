#include <catch2/catch.hpp>

#include <iostream>
#include <string>

#include "tests/lint/content_rules.h"
#include "tests/lint/include_rules.h"
#include "tests/lint/shape_rules.h"

using namespace wsb::lint;

namespace {

const SourceTree& project() {
  static const SourceTree tree = read_source_tree(WSB_SOURCE_DIR);
  return tree;
}

// Printed apart from the test's own message, which would break the lines.
void expect_clean(const Findings& findings) {
  for (const std::string& line : findings) std::cerr << line << '\n';
  CHECK(findings.size() == 0);
}

const std::vector<Exemption>& exemptions() {
  static const std::vector<Exemption> list = {
      {"cli/main.cpp", "three lines that every end-to-end test runs"},
  };
  return list;
}

}  // namespace

TEST_CASE("the project is where the rules look for it") {
  CHECK(find_file(project(), "core/base/limits.h") != nullptr);
  CHECK(find_file(project(), ".ci/run") != nullptr);
  CHECK(project().size() > 50);
}

TEST_CASE("every include goes to the own folder or a lower floor") {
  expect_clean(check_floors(project()));
}

TEST_CASE("every include in quotes is written from the root") {
  expect_clean(check_include_paths(project()));
}

TEST_CASE("other people's libraries stay behind their fences") {
  expect_clean(check_fences(project()));
}

TEST_CASE("no line is longer than 100 columns") { expect_clean(check_columns(project())); }

TEST_CASE("no file is longer than 500 lines") { expect_clean(check_file_lengths(project())); }

TEST_CASE("no function is longer than 70 lines") {
  expect_clean(check_function_lengths(project()));
}

TEST_CASE("no source contains a tab") { expect_clean(check_tabs(project())); }

TEST_CASE("files are named in snake_case and types in CamelCase") {
  expect_clean(check_names(project()));
}

TEST_CASE("every header says what it is for") { expect_clean(check_header_heads(project())); }

TEST_CASE("no marks of unfinished work are left") { expect_clean(check_leftovers(project())); }

TEST_CASE("no file speaks of the place where it was written") {
  expect_clean(check_workplace_words(project()));
}

TEST_CASE("no test sleeps") { expect_clean(check_sleeps(project())); }

TEST_CASE("every source has its unit test") {
  expect_clean(check_unit_tests(project(), exemptions()));
}

TEST_CASE("the changelog has a section for what is not released") {
  expect_clean(check_changelog(project()));
}

TEST_CASE("every limit is defined once") { expect_clean(check_limits(project())); }

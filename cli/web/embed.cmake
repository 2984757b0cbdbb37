# Compiles files into the program without any tool but CMake.
#
#   included:  wsb_embed_page(target) adds the source of web/assets.h to a target
#   as a script:  cmake -DFOLDER=… -DOUTPUT=… -P embed.cmake writes that source
#
# path in the URL | file | content type, always of UTF-8
set(WSB_PAGE_FILES
  "/|index.html|text/html"
  "/app.css|app.css|text/css"
  "/app.js|app.js|text/javascript"
  "/live.js|live.js|text/javascript")

function(wsb_embed_page target)
  set(folder ${CMAKE_CURRENT_FUNCTION_LIST_DIR})
  set(output ${CMAKE_CURRENT_BINARY_DIR}/web_assets.cpp)
  set(inputs)
  foreach(entry IN LISTS WSB_PAGE_FILES)
    string(REGEX REPLACE ".*\\|(.*)\\|.*" "\\1" file "${entry}")
    list(APPEND inputs ${folder}/${file})
  endforeach()
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DFOLDER=${folder} -DOUTPUT=${output}
      -P ${CMAKE_CURRENT_FUNCTION_LIST_FILE}
    DEPENDS ${inputs} ${CMAKE_CURRENT_FUNCTION_LIST_FILE}
    COMMENT "Embedding the built-in page" VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()

if(NOT CMAKE_SCRIPT_MODE_FILE)
  return()
endif()

set(bodies)
set(table)
foreach(entry IN LISTS WSB_PAGE_FILES)
  string(REPLACE "|" ";" parts "${entry}")
  list(GET parts 0 path)
  list(GET parts 1 file)
  list(GET parts 2 type)
  string(MAKE_C_IDENTIFIER "${file}" name)
  file(READ "${FOLDER}/${file}" hex HEX)
  string(LENGTH "${hex}" digits)
  math(EXPR size "${digits} / 2")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" escaped "${hex}")
  # One literal for each line of the file.
  string(REPLACE "\\x0a" "\\x0a\"\n    \"" lines "${escaped}")
  string(APPEND bodies "constexpr char k_${name}[] =\n    \"${lines}\";\n")
  string(APPEND table "    {\"${path}\", \"${type}; charset=utf-8\", {k_${name}, ${size}}},\n")
endforeach()
file(WRITE "${OUTPUT}" "// Made by embed.cmake from the files of cli/web.
#include \"cli/web/assets.h\"

namespace wsb::cli {

namespace {

${bodies}
constexpr app::WebAsset kPage[] = {
${table}};

}  // namespace

app::WebAssets built_in_page() { return kPage; }

}  // namespace wsb::cli
")

# Compiles files into the program without any tool but CMake.
#
#   included:  wsb_embed_page(target) adds the source of web/assets.h to a target
#   as a script:  cmake -DFOLDER=… -DOUTPUT=… -P embed.cmake writes that source
#
# path in the URL | file | content type, always of UTF-8
#
# A folder with its `parts` stands for one script: the parts in a block, so that nothing but what
# they set on purpose is seen by the page.
set(WSB_PAGE_FILES
  "/|index.html|text/html"
  "/app.css|app.css|text/css"
  "/app.js|app.js|text/javascript"
  "/live.js|live.js|text/javascript"
  "/socket.io/socket.io.js|socketio|text/javascript"
  "/socket.io/socket.io.min.js|socketio|text/javascript")
set(socketio_parts emitter.js packets.js transports.js engine.js manager.js socket.js)

function(wsb_embed_page target)
  set(folder ${CMAKE_CURRENT_FUNCTION_LIST_DIR})
  set(output ${CMAKE_CURRENT_BINARY_DIR}/web_assets.cpp)
  set(inputs)
  foreach(entry IN LISTS WSB_PAGE_FILES)
    string(REGEX REPLACE ".*\\|(.*)\\|.*" "\\1" file "${entry}")
    if(${file}_parts)
      list(TRANSFORM ${file}_parts PREPEND ${folder}/${file}/ OUTPUT_VARIABLE parts)
      list(APPEND inputs ${parts})
    else()
      list(APPEND inputs ${folder}/${file})
    endif()
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
cmake_minimum_required(VERSION 3.25)

set(bodies)
set(embedded)
set(table)
foreach(entry IN LISTS WSB_PAGE_FILES)
  string(REPLACE "|" ";" parts "${entry}")
  list(GET parts 0 path)
  list(GET parts 1 file)
  list(GET parts 2 type)
  string(MAKE_C_IDENTIFIER "${file}" name)
  if(${file}_parts)
    string(HEX "'use strict';\n{\n" hex)
    foreach(part IN LISTS ${file}_parts)
      file(READ "${FOLDER}/${file}/${part}" part_hex HEX)
      string(APPEND hex "${part_hex}")
    endforeach()
    string(HEX "}\n" part_hex)
    string(APPEND hex "${part_hex}")
  else()
    file(READ "${FOLDER}/${file}" hex HEX)
  endif()
  string(LENGTH "${hex}" digits)
  math(EXPR size "${digits} / 2")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" escaped "${hex}")
  # One literal for each line of the file.
  string(REPLACE "\\x0a" "\\x0a\"\n    \"" lines "${escaped}")
  if(NOT name IN_LIST embedded)
    list(APPEND embedded ${name})
    string(APPEND bodies "constexpr char k_${name}[] =\n    \"${lines}\";\n")
  endif()
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

# The image of a capsule's sandbox, compiled and packed at build time, embedded into the layer that is named.
function(embed_pause_image target)
  set(script ${CMAKE_SOURCE_DIR}/tools/make-pause-image)
  set(program ${CMAKE_SOURCE_DIR}/src/adapters/system/pause.c)
  set(made ${CMAKE_BINARY_DIR}/generated/pause_image.cpp)
  add_custom_command(OUTPUT ${made} COMMAND ${script} ${CMAKE_CXX_COMPILER} ${program} ${made}
                     DEPENDS ${script} ${program} VERBATIM COMMENT "Packing the pause image")
  target_sources(${target} PRIVATE ${made})
endfunction()

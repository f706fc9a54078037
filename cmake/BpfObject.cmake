# The programs that the kernel runs for us, compiled at build time, embedded into the layer that is named.
function(embed_bpf_object target)
  set(script ${CMAKE_SOURCE_DIR}/tools/make-bpf-object)
  set(program ${CMAKE_SOURCE_DIR}/src/adapters/fast_path/short_cut.bpf.c)
  set(shared ${CMAKE_SOURCE_DIR}/src/adapters/fast_path/short_cut_maps.h)
  set(made ${CMAKE_BINARY_DIR}/generated/short_cut_object.cpp)
  add_custom_command(OUTPUT ${made} COMMAND ${script} ${CMAKE_CXX_COMPILER} ${program} ${made}
                     DEPENDS ${script} ${program} ${shared} VERBATIM COMMENT "Compiling the programs of the fast path")
  target_sources(${target} PRIVATE ${made})
endfunction()

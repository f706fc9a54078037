# add_layer(<name> DIR <folder under src> [USES <layer>...] [LINKS <lib>...] [PRIVATE_LINKS <lib>...])
#
# Makes the target cw_<name> out of every .cpp under src/<folder>, and publishes src/<folder> to its users as
# "causeway/<folder>/..." through an include root of its own (build/inc/<name>). A target is given the include roots of
# the layers it USES and no others, so that the dependency rule is held by the compiler.
define_property(GLOBAL PROPERTY CAUSEWAY_LAYERS BRIEF_DOCS "all layers" FULL_DOCS "all layers declared so far")
set_property(GLOBAL PROPERTY CAUSEWAY_LAYERS "")

function(add_layer name)
  cmake_parse_arguments(L "" "DIR" "USES;LINKS;PRIVATE_LINKS" ${ARGN})
  set(source_dir ${CMAKE_SOURCE_DIR}/src/${L_DIR})
  set(root ${CMAKE_BINARY_DIR}/inc/${name})
  get_filename_component(parent ${root}/causeway/${L_DIR} DIRECTORY)
  file(MAKE_DIRECTORY ${parent} ${source_dir})
  if(NOT EXISTS ${root}/causeway/${L_DIR})
    file(CREATE_LINK ${source_dir} ${root}/causeway/${L_DIR} SYMBOLIC)
  endif()

  add_library(cw_${name}_headers INTERFACE)
  target_include_directories(cw_${name}_headers INTERFACE ${root})
  # third-party headers that are part of a public interface travel with it
  target_link_libraries(cw_${name}_headers INTERFACE ${L_LINKS})
  if(name STREQUAL base)
    target_include_directories(cw_${name}_headers SYSTEM INTERFACE ${BOOST_INCLUDE})
  endif()

  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${source_dir}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/app/main/main\\.cpp$")
  if(NOT sources)
    set(sources ${CMAKE_SOURCE_DIR}/cmake/empty.cpp)
  endif()
  add_library(cw_${name} STATIC ${sources})
  target_link_libraries(cw_${name} PUBLIC cw_${name}_headers PRIVATE cw_warnings ${L_PRIVATE_LINKS})
  foreach(used IN LISTS L_USES)
    target_link_libraries(cw_${name} PRIVATE cw_${used}_headers)
    # link-time only: a user of this layer must not inherit the include roots of what it uses
    target_link_libraries(cw_${name} INTERFACE $<LINK_ONLY:cw_${used}>)
  endforeach()
  set_property(GLOBAL APPEND PROPERTY CAUSEWAY_LAYERS ${name})
endfunction()

// The BPF objects that were built with this program, as ELF images.
#pragma once

#include <cstdint>
#include <span>

namespace vigil::kernel
{

std::span<const std::uint8_t> base_object();
std::span<const std::uint8_t> runtime_object();
std::span<const std::uint8_t> dispatcher_object();
std::span<const std::uint8_t> keep_processor_object();
std::span<const std::uint8_t> preload_object();

} // namespace vigil::kernel

// The images are put into the read-only data by the assembler: generated objects.S.
#include "kernel/objects.h"

extern "C" {
extern const std::uint8_t vigil_base_object[], vigil_base_object_end[];
extern const std::uint8_t vigil_runtime_object[], vigil_runtime_object_end[];
extern const std::uint8_t vigil_dispatcher_object[], vigil_dispatcher_object_end[];
extern const std::uint8_t vigil_keep_processor_object[], vigil_keep_processor_object_end[];
extern const std::uint8_t vigil_preload_object[], vigil_preload_object_end[];
}

namespace vigil::kernel
{

std::span<const std::uint8_t> base_object()
{
	return {vigil_base_object, vigil_base_object_end};
}

std::span<const std::uint8_t> runtime_object()
{
	return {vigil_runtime_object, vigil_runtime_object_end};
}

std::span<const std::uint8_t> dispatcher_object()
{
	return {vigil_dispatcher_object, vigil_dispatcher_object_end};
}

std::span<const std::uint8_t> keep_processor_object()
{
	return {vigil_keep_processor_object, vigil_keep_processor_object_end};
}

std::span<const std::uint8_t> preload_object()
{
	return {vigil_preload_object, vigil_preload_object_end};
}

} // namespace vigil::kernel

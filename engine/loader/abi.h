// The structs that user space and the programs share.
#pragma once

#include "kernel/include/runtime_abi.h"

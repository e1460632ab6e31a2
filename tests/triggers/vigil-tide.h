// A function in a library of its own.
#pragma once

int tide_depth(int at);

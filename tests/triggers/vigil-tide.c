#include "tests/triggers/vigil-tide.h"

int tide_depth(int at)
{
	return at * 2;
}

// This file lets the compiler accept functions without a body in this package.

// Vite serves only files below its root by a relative address, so index.html loads the page through this file.

import "../src/main";

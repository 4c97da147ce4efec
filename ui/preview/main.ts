// A relative address in index.html cannot leave Vite's root (ui/preview), so index.html loads the page through this file.

import "../src/main";

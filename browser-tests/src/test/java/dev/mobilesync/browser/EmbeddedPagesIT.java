package dev.mobilesync.browser;

import java.util.Map;

class EmbeddedPagesIT extends PagesContract {

    @Override
    Program program() {
        return Program.embedded(Map.of());
    }
}

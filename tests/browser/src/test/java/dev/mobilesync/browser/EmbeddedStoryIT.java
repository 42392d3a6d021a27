package dev.mobilesync.browser;

import java.util.Map;

class EmbeddedStoryIT extends StoryContract {

    @Override
    Program program() {
        return Program.embedded(Map.of());
    }
}

package dev.mobilesync.browser;

import dev.mobilesync.testsupport.NeedsRealServers;
import dev.mobilesync.testsupport.RealServers;
import java.util.Map;

@NeedsRealServers
class RealStoryIT extends StoryContract {

    @Override
    Program program() {
        return Program.services(RealServers.open(), Map.of());
    }
}

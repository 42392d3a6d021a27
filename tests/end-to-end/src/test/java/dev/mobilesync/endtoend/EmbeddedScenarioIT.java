package dev.mobilesync.endtoend;

import dev.mobilesync.testsupport.EmbeddedServers;
import dev.mobilesync.testsupport.TestServers;

/** Against the servers that standalone embeds. */
class EmbeddedScenarioIT extends ScenarioContract {

    @Override
    TestServers servers() {
        return EmbeddedServers.open();
    }
}

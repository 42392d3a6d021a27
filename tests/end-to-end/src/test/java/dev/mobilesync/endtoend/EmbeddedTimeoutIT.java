package dev.mobilesync.endtoend;

import dev.mobilesync.testsupport.EmbeddedServers;
import dev.mobilesync.testsupport.TestServers;

/** Against the servers that standalone embeds. */
class EmbeddedTimeoutIT extends TimeoutContract {

    @Override
    TestServers servers() {
        return EmbeddedServers.open();
    }
}

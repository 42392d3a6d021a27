package dev.mobilesync.endtoend;

import dev.mobilesync.testsupport.EmbeddedServers;
import dev.mobilesync.testsupport.TestServers;

/** Against the servers that standalone embeds. */
class EmbeddedAccessMatrixIT extends AccessMatrixContract {

    @Override
    TestServers servers() {
        return EmbeddedServers.open();
    }
}

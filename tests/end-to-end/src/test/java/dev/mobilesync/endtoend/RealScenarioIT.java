package dev.mobilesync.endtoend;

import dev.mobilesync.testsupport.NeedsRealServers;
import dev.mobilesync.testsupport.RealServers;
import dev.mobilesync.testsupport.TestServers;

/** Against the machine's RabbitMQ and Redis. */
@NeedsRealServers
class RealScenarioIT extends ScenarioContract {

    @Override
    TestServers servers() {
        return RealServers.open();
    }
}

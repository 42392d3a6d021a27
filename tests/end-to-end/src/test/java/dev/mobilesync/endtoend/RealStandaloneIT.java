package dev.mobilesync.endtoend;

import dev.mobilesync.testsupport.NeedsRealServers;
import dev.mobilesync.testsupport.RealServers;
import dev.mobilesync.testsupport.TestServers;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;

/** With the machine's RabbitMQ and Redis named by the environment. */
@NeedsRealServers
class RealStandaloneIT extends StandaloneContract {

    private final TestServers servers = RealServers.open();

    @Override
    Map<String, String> environment() {
        return RealThreeProcessesIT.environment(servers);
    }

    @AfterEach
    void stop() {
        servers.close();
    }
}

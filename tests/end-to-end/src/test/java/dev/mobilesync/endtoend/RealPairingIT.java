package dev.mobilesync.endtoend;

import dev.mobilesync.testsupport.NeedsRealServers;
import dev.mobilesync.testsupport.RealServers;
import dev.mobilesync.testsupport.TestServers;

/** Against the machine's RabbitMQ and Redis. */
@NeedsRealServers
class RealPairingIT extends PairingContract {

    @Override
    TestServers servers() {
        return RealServers.open();
    }
}

package dev.mobilesync.endtoend;

import dev.mobilesync.testsupport.RealServers;
import dev.mobilesync.testsupport.TestServers;

/** Against the machine's RabbitMQ and Redis. */
class RealPairingIT extends PairingContract {

    @Override
    TestServers servers() {
        return RealServers.open();
    }
}

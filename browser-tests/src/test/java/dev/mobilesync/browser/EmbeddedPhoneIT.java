package dev.mobilesync.browser;

import dev.mobilesync.testsupport.EmbeddedServers;
import dev.mobilesync.testsupport.TestServers;

class EmbeddedPhoneIT extends PhoneContract {

    @Override
    TestServers servers() {
        return EmbeddedServers.open();
    }
}

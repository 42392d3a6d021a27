package dev.mobilesync.browser;

import dev.mobilesync.testsupport.NeedsRealServers;
import dev.mobilesync.testsupport.RealServers;
import dev.mobilesync.testsupport.TestServers;

@NeedsRealServers
class RealPhoneIT extends PhoneContract {

    @Override
    TestServers servers() {
        return RealServers.open();
    }
}

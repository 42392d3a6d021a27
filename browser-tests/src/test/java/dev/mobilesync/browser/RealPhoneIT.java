package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.testsupport.NeedsRealServers;
import dev.mobilesync.testsupport.OwnStore;
import dev.mobilesync.testsupport.RealServers;
import dev.mobilesync.testsupport.TestServers;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NeedsRealServers
class RealPhoneIT extends PhoneContract {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path folder;

    @SuppressWarnings("NullAway.Init")
    private OwnStore store;

    @Override
    TestServers servers() {
        RealServers real = RealServers.open();
        store = OwnStore.start(folder);
        store.awaitUp();
        return new TestServers() {
            @Override
            public Map<String, String> properties() {
                return store.insteadOf(real.properties());
            }

            @Override
            public void close() {
                store.close();
                real.close();
            }
        };
    }

    @Test
    void aPictureOutlivesAStoreThatIsKilledBetweenTwoTries() {
        try (Phone phone = phone(Browser.Options.phone("en"))) {
            pair(phone).take();
            servers.broker().cut();
            phone.send().awaitTrouble("Our server", "The server cannot pass the news on right now");
            long tries = phone.uploads();
            store.kill();
            servers.broker().mend();
            phone.awaitTrouble("Our server", "The server cannot store pictures right now");
            assertThat(phone.uploads()).isGreaterThan(tries);
            store.restart();

            phone.awaitScreen("done");
            awaitCompleted();
            assertThat(picture().getWidth()).isBetween(640, 1920);
        }
    }
}

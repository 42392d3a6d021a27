package dev.mobilesync.state.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.state.WebhookSecret;
import java.util.List;
import org.junit.jupiter.api.Test;

class WebhookSignerTests {

    /** An example of the specification's libraries. */
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private static final String ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private static final long TIMESTAMP = 1_614_265_330;
    private static final String PAYLOAD = "{\"test\": 2432232314}";
    private static final String SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    @Test
    void signsExample() {
        assertThat(signer(SECRET).sign(ID, TIMESTAMP, PAYLOAD)).isEqualTo(SIGNATURE);
    }

    @Test
    void signsWithEachSecret() {
        String other = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

        assertThat(signer(other, SECRET).sign(ID, TIMESTAMP, PAYLOAD).split(" "))
                .containsExactly(signer(other).sign(ID, TIMESTAMP, PAYLOAD), SIGNATURE);
    }

    private static WebhookSigner signer(String... secrets) {
        return new WebhookSigner(
                List.of(secrets).stream().map(WebhookSecret::valueOf).toList());
    }
}

package dev.mobilesync.web.pairing;

import static dev.mobilesync.web.PairingPhone.json;
import static dev.mobilesync.web.PairingPhone.pairingsPath;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.NeedsRealServers;
import dev.mobilesync.testsupport.TestIssuer;
import dev.mobilesync.testsupport.TestTokens;
import dev.mobilesync.web.PairingPhone;
import dev.mobilesync.web.RunningWebServer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Pairing where an issuer signs the platform's tokens. */
@ExtendWith(OutputCaptureExtension.class)
@NeedsRealServers
class PairingIssuerIT {

    private static final String ISSUER_URI = "spring.security.oauth2.resourceserver.jwt.issuer-uri";
    private static final Map<String, Object> EXAMINEE = Map.of("role", "examinee", "plan", "P001", "examinee", "E001");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path dir;

    @Test
    void withASecretBesideItPhonesArePaired() throws Exception {
        try (TestIssuer issuer = TestIssuer.start();
                RunningWebServer server =
                        RunningWebServer.start(dir, Map.of(ISSUER_URI, issuer.uri()), Clock.systemUTC())) {
            PairingPhone pairing = new PairingPhone(server);
            String path = pairingsPath("P001", "E001");
            HttpResponse<String> asked = pairing.askAt(path, issuer.mint(EXAMINEE));
            assertThat(asked.statusCode()).as(asked.body()).isEqualTo(201);
            HttpResponse<String> redeemed =
                    pairing.redeem(json(asked).path("code").asString(), "M001");
            assertThat(redeemed.statusCode()).as(redeemed.body()).isEqualTo(200);
            String token = json(redeemed).path("token").asString();
            assertThat(pairing.upload("P001", "E001", "M001", token, Jpegs.picture(1))
                            .statusCode())
                    .isEqualTo(201);
            assertThat(pairing.askAt(path, TestTokens.mint(EXAMINEE)).statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void withoutASecretPairingIsOffAndSaysWhy(CapturedOutput output) throws Exception {
        try (TestIssuer issuer = TestIssuer.start();
                RunningWebServer server = RunningWebServer.start(
                        dir, Map.of(ISSUER_URI, issuer.uri(), "mobile-sync.jwt.secret", ""), Clock.systemUTC())) {
            PairingPhone pairing = new PairingPhone(server);
            assertOff(pairing.askAt(pairingsPath("P001", "E001"), issuer.mint(EXAMINEE)));
            assertOff(pairing.redeem("ACEF2345", "M001"));
            assertThat(output.getAll()).contains("pairing is off: MOBILE_SYNC_JWT_SECRET is not set");
            String phone = issuer.mint(
                    Map.of("role", "device", "plan", "P001", "examinee", "E001", "device", "M001", "jti", "1"));
            assertThat(pairing.upload("P001", "E001", "M001", phone, Jpegs.picture(1))
                            .statusCode())
                    .isEqualTo(201);
        }
    }

    private static void assertOff(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(404);
        assertThat(json(answer).path("code").asString()).isEqualTo("NOT_FOUND");
        assertThat(json(answer).path("detail").asString()).contains("MOBILE_SYNC_JWT_SECRET");
    }
}

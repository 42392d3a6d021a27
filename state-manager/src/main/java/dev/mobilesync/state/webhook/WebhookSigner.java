package dev.mobilesync.state.webhook;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.EmptyWebhookSecretException;
import com.standardwebhooks.exceptions.WebhookSigningException;
import dev.mobilesync.state.WebhookSecret;
import java.util.List;

/** Signs requests with each secret of an endpoint (HMAC-SHA256, {@code v1}). Thread-safe. */
final class WebhookSigner {

    private final List<Webhook> secrets;

    /**
     * @param secrets at least one valid secret
     */
    WebhookSigner(List<WebhookSecret> secrets) {
        this.secrets = secrets.stream().map(WebhookSigner::webhook).toList();
    }

    private static Webhook webhook(WebhookSecret secret) {
        try {
            return new Webhook(secret.reveal());
        } catch (EmptyWebhookSecretException e) {
            throw new IllegalArgumentException("a webhook's secret is empty", e);
        }
    }

    /**
     * Returns the value of the header {@code webhook-signature}: a signature per secret, separated by spaces.
     *
     * @param id the value of {@code webhook-id}, without full stops
     * @param timestamp the value of {@code webhook-timestamp}, in seconds since the epoch
     * @param payload the body
     */
    String sign(String id, long timestamp, String payload) {
        StringBuilder signatures = new StringBuilder();
        for (Webhook secret : secrets) {
            if (!signatures.isEmpty()) {
                signatures.append(' ');
            }
            try {
                signatures.append(secret.sign(id, timestamp, payload));
            } catch (WebhookSigningException e) {
                throw new IllegalStateException("HMAC-SHA256 is not available", e);
            }
        }
        return signatures.toString();
    }
}

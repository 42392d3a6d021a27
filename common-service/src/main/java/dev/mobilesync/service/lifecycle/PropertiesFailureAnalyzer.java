package dev.mobilesync.service.lifecycle;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Reports an invalid setting by its key and its valid values, without a stack trace. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class PropertiesFailureAnalyzer implements FailureAnalyzer {

    private static final Pattern KEY = Pattern.compile("MOBILE_SYNC_[A-Z]|mobile-sync\\.[a-z]");

    @Override
    public @Nullable FailureAnalysis analyze(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        String message = root.getMessage();
        boolean isValidation = root instanceof IllegalArgumentException || root instanceof IllegalStateException;
        if (!isValidation || message == null || !KEY.matcher(message).find()) {
            return null;
        }
        return new FailureAnalysis(
                message,
                "Set it in the environment, or in a file of a folder that SPRING_CONFIG_IMPORT=configtree:<folder>/"
                        + " names; docs/configuration.md lists every key.",
                failure);
    }
}

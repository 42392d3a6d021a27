package dev.mobilesync.service.properties;

import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.bind.validation.BindValidationException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.validation.FieldError;
import org.springframework.validation.ObjectError;

/**
 * Reports each invalid setting by its key and its rule, without a stack trace. Unlike Spring Boot's own report, it spells
 * keys as documented, names the environment variables, and prints no values, which may be secret.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
public final class PropertiesFailureAnalyzer implements FailureAnalyzer {

    private static final Pattern KEY = Pattern.compile("MOBILE_SYNC_[A-Z]|mobile-sync\\.[a-z]");

    @Override
    public @Nullable FailureAnalysis analyze(Throwable failure) {
        Throwable root = NestedExceptionUtils.getMostSpecificCause(failure);
        String description = describe(root);
        boolean isValidation = root instanceof BindValidationException
                || root instanceof IllegalArgumentException
                || root instanceof IllegalStateException;
        if (!isValidation || !KEY.matcher(description).find()) {
            return null;
        }
        return new FailureAnalysis(
                description,
                "Set it in the environment, or in a file of a directory that SPRING_CONFIG_IMPORT=configtree:<directory>/"
                        + " names; docs/configuration.md lists every key.",
                failure);
    }

    /** Returns the root cause's message. It has a line for each invalid setting, and no values of settings. */
    public static String describe(Throwable failure) {
        Throwable root = NestedExceptionUtils.getMostSpecificCause(failure);
        if (root instanceof BindValidationException invalid) {
            return invalid.getValidationErrors().getAllErrors().stream()
                    .map(PropertiesFailureAnalyzer::describe)
                    .distinct()
                    .sorted()
                    .collect(Collectors.joining("\n"));
        }
        return root.getMessage() == null ? root.toString() : root.getMessage();
    }

    /** A rule of several settings is an {@code @AssertTrue}, whose message names them. */
    private static String describe(ObjectError error) {
        if (!(error instanceof FieldError field) || "AssertTrue".equals(error.getCode())) {
            return String.valueOf(error.getDefaultMessage());
        }
        String path = field.getField().replaceAll("\\[\\d+]", "");
        String key = field.getObjectName() + "." + DataObjectPropertyName.toDashedForm(path);
        return withVariable(key) + " " + error.getDefaultMessage();
    }

    /** Returns the key, and its environment variable in parentheses. */
    static String withVariable(String key) {
        return key + " (" + key.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_") + ")";
    }
}

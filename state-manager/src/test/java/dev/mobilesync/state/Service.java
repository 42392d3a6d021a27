package dev.mobilesync.state;

import java.util.Map;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** The whole service, as its main method starts it, on a port of its own. */
final class Service implements AutoCloseable {

    private final ConfigurableApplicationContext context;

    private Service(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /**
     * Starts it.
     *
     * @param settings as in a configuration file
     * @param more others, each as {@code --key=value}
     */
    static Service start(Map<String, String> settings, String... more) {
        String[] arguments = new String[settings.size() + more.length + 1];
        int i = 0;
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            arguments[i++] = "--" + setting.getKey() + "=" + setting.getValue();
        }
        for (String setting : more) {
            arguments[i++] = setting;
        }
        arguments[i] = "--server.port=0";
        return new Service(new SpringApplicationBuilder(StateManager.class)
                .properties("spring.config.name=" + StateManager.CONFIG_NAME)
                .run(arguments));
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    int port() {
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    /** Of all counters of that name with those tags, the sum. */
    double counted(String name, String... tags) {
        return bean(io.micrometer.core.instrument.MeterRegistry.class).find(name).tags(tags).counters().stream()
                .mapToDouble(io.micrometer.core.instrument.Counter::count)
                .sum();
    }

    @Override
    public void close() {
        context.close();
    }
}

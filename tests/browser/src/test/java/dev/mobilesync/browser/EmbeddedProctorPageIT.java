package dev.mobilesync.browser;

import java.util.Map;

class EmbeddedProctorPageIT extends ProctorPageContract {

    @Override
    Program start() {
        return Program.embedded(Map.of());
    }

    @Override
    Map<String, String> broker(Program program) {
        return Map.of("spring.rabbitmq.port", Integer.toString(program.port("BROKER")));
    }
}

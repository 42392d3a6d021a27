package dev.mobilesync.web.records;

import dev.mobilesync.service.RecordReader;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.core.StringRedisTemplate;

/** The parts that read records. */
@Configuration(proxyBeanMethods = false)
class RecordsConfiguration {

    @Bean
    PlanBoard planBoard(StringRedisTemplate redis, RecordReader records) {
        return new PlanBoard(redis, records);
    }
}

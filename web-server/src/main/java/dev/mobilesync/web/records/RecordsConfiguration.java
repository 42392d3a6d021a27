package dev.mobilesync.web.records;

import dev.mobilesync.service.redis.SyncRecordReader;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.core.StringRedisTemplate;

/** The parts that read records. */
@Configuration(proxyBeanMethods = false)
class RecordsConfiguration {

    @Bean
    PlanRecordQuery planBoard(StringRedisTemplate redis, SyncRecordReader records) {
        return new PlanRecordQuery(redis, records);
    }
}

package dev.mobilesync.state.record;

import dev.mobilesync.service.redis.SyncRecordReader;
import dev.mobilesync.state.StateManagerProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.core.StringRedisTemplate;

@Configuration(proxyBeanMethods = false)
class RecordConfiguration {

    @Bean
    RecordStore recordStore(
            StringRedisTemplate redis,
            RedisPipeline pipeline,
            SyncRecordReader recordReader,
            DeadlineStore deadlineStore,
            StateManagerProperties properties) {
        return new RecordStore(redis, pipeline, recordReader, deadlineStore, properties.stateTtl());
    }
}

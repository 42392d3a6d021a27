package dev.mobilesync.state.record;

import dev.mobilesync.service.redis.SyncRecordReader;
import dev.mobilesync.state.StateManagerProperties;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

@Configuration(proxyBeanMethods = false)
class RecordConfiguration {

    @Bean
    RedisClock redisClock(Clock clock, StringRedisTemplate redis) {
        return new RedisClock(clock, redis);
    }

    @Bean
    DeadlineStore deadlineStore(StringRedisTemplate redis) {
        return new DeadlineStore(redis);
    }

    @Bean
    RecordStore recordStore(
            StringRedisTemplate redis,
            SyncRecordReader recordReader,
            DeadlineStore deadlineStore,
            StateManagerProperties properties) {
        return new RecordStore(redis, recordReader, deadlineStore, properties.stateTtl());
    }

    @Bean
    ReplicationBarrier replicationBarrier(LettuceConnectionFactory redis, StateManagerProperties properties) {
        return new ReplicationBarrier(redis, properties.replicaAcks(), properties.replicaTimeout());
    }
}

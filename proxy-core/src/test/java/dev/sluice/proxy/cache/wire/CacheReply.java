package dev.sluice.proxy.cache.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.contract.Message;
import java.util.List;

/**
 * What a client has got.
 *
 * @param before how many requests the origin had got before
 * @param heads those that it has got by now
 */
record CacheReply(Message message, int before, List<String> heads) {
    /** It came out of the cache, and the origin was not asked: the body is that of the origin's answer with this number. */
    CacheReply isHit(int answer) {
        isUnasked();
        assertThat(message.body()).isEqualTo("answer " + answer);
        return this;
    }

    /** The same for the first answer. */
    CacheReply isHit() {
        return isHit(1);
    }

    /** The origin was not asked. */
    CacheReply isUnasked() {
        assertThat(heads).as("requests at the origin").hasSize(before);
        return this;
    }

    /** The origin was asked once, and the body is that of its answer to this request. */
    CacheReply isMiss() {
        isAsked();
        assertThat(message.body()).isEqualTo("answer " + heads.size());
        return this;
    }

    CacheReply isAsked() {
        assertThat(heads.size()).as("requests at the origin").isGreaterThan(before);
        return this;
    }

    /** The origin was asked for a confirmation, by these conditions. */
    CacheReply isValidated(String... lines) {
        assertThat(heads).as("requests at the origin").hasSize(before + 1);
        assertThat(sent()).contains(lines);
        return this;
    }

    CacheReply has(int status) {
        assertThat(message.status()).isEqualTo(status);
        return this;
    }

    CacheReply has(int status, String body) {
        assertThat(message.body()).isEqualTo(body);
        return has(status);
    }

    /** Each is a line of the head. */
    CacheReply has(String... lines) {
        assertThat(message.raw().split("\r\n")).contains(lines);
        return this;
    }

    /** No such fields. */
    CacheReply lacks(String... names) {
        for (String name : names) {
            assertThat(message.headers().all(name)).as(name).isEmpty();
        }
        return this;
    }

    /** The lines of the last request that the origin has got. */
    List<String> sent() {
        return List.of(heads.get(heads.size() - 1).split("\r\n"));
    }
}

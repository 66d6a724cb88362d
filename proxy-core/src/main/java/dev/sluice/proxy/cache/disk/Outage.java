package dev.sluice.proxy.cache.disk;

import dev.sluice.proxy.cache.store.CacheStore;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder that cannot be written to, as its disk is full, is read-only or has gone: nothing is stored for 10 s, and then
 * for twice as long each time, up to 5 minutes, until a response is stored again. The log has one line when it begins, and
 * one when it ends. What is there already is still found. Safe for use by many threads.
 */
final class Outage {
    private static final Duration FIRST = Duration.ofSeconds(10);
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private final Path folder;
    private final TimeSource time;
    private final Logger log;
    private boolean goesOn;
    private Duration pause = FIRST;
    private long untilNanos;

    Outage(Path folder, TimeSource time) {
        this(folder, time, LoggerFactory.getLogger(CacheStore.class));
    }

    Outage(Path folder, TimeSource time, Logger log) {
        this.folder = folder;
        this.time = time;
        this.log = log;
    }

    /** Returns whether nothing is to be stored now. */
    synchronized boolean isOn() {
        return goesOn && time.nanos() < untilNanos;
    }

    /** Returns whether all that was written lately could be. */
    synchronized boolean isOver() {
        return !goesOn;
    }

    /** Something could not be written. An interrupted thread says nothing about the disk. */
    synchronized void failed(IOException failure) {
        if (failure instanceof ClosedChannelException || (goesOn && time.nanos() < untilNanos)) {
            return;
        }
        if (goesOn) {
            pause = pause.multipliedBy(2).compareTo(LONGEST) < 0 ? pause.multipliedBy(2) : LONGEST;
        } else {
            log.warn(
                    "the cache cannot write to {}, and stores nothing until it can; it tries again after {} s: {}",
                    folder,
                    pause.toSeconds(),
                    failure.toString());
        }
        goesOn = true;
        untilNanos = time.deadline(pause);
    }

    /** A response has been stored. */
    synchronized void worked() {
        if (goesOn) {
            goesOn = false;
            pause = FIRST;
            log.info("the cache stores in {} again", folder);
        }
    }
}

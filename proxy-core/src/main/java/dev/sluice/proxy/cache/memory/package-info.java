/**
 * A store of responses in memory: {@link dev.sluice.proxy.cache.memory.MemoryStore} is where to start. {@link
 * dev.sluice.proxy.cache.memory.TinyLfu} decides what stays, {@link dev.sluice.proxy.cache.memory.Contents} keeps it.
 * Not exported. What is for one thread at a time is guarded by the lock of {@code Contents}.
 */
@NullMarked
package dev.sluice.proxy.cache.memory;

import org.jspecify.annotations.NullMarked;

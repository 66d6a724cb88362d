/**
 * The client's answer when something goes wrong: {@link dev.sluice.proxy.error.ErrorHandler} makes it, and {@link
 * dev.sluice.proxy.error.ErrorHandler#standardPage} is the default. Handlers are called from many threads at once.
 */
@NullMarked
package dev.sluice.proxy.error;

import org.jspecify.annotations.NullMarked;

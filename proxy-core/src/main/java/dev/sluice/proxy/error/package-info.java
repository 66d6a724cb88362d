/**
 * What the client gets when something goes wrong: {@link dev.sluice.proxy.error.ErrorHandler} makes the answer, and
 * {@link dev.sluice.proxy.error.ErrorPage} is the one that is used unless another is given. Handlers are called from
 * many threads at once.
 */
@NullMarked
package dev.sluice.proxy.error;

import org.jspecify.annotations.NullMarked;

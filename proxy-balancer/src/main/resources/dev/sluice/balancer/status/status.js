document.title = 'gateway';

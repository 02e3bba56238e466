htmx.config.includeIndicatorStyles = false; // a <style> that the content security policy refuses

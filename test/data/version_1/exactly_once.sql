INSERT INTO meta VALUES(1,X'c8e55e8a873627ccee5d69a1748d7260','source=file:/tmp/version_1/words.txt batch=1s split=space max-line=1MiB',1,1356998401001,2,2,1356998403000,X'0180fc038a80e204a6f0a6d6ad878df61818b49ae4f30b',24,0,2,0,0,0,3700736119);
INSERT INTO batch VALUES(2,1356998402000,1356998403000,0,0,0,1,16,3,2,1,1,1088088773);
INSERT INTO counts VALUES(2,1,1,2348923361,X'057468726565020374776f01');
INSERT INTO sink VALUES('file:/tmp/version_1/out.tsv',1,65024,9994290,34,2590654855);
INSERT INTO sink VALUES('sqlite:/tmp/version_1/out.db',1,NULL,NULL,NULL,1524146310);
INSERT INTO sink_format VALUES('file:/tmp/version_1/out.tsv',1,'tsv',-1);
INSERT INTO sink_format VALUES('sqlite:/tmp/version_1/out.db',1,'tsv',-1);

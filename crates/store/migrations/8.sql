-- From now on, drafts, reasons and crops contain the version of their format. All existing ones have version 1.
UPDATE draft SET document = json_set(document, '$.version', 1) WHERE json_valid(document);
UPDATE edit SET reason = json_set(reason, '$.version', 1) WHERE json_valid(reason);
UPDATE picture_source SET crop = json_set(crop, '$.version', 1) WHERE json_valid(crop);
